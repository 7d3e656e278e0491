-- The CRM's tables. Primary keys are the global ids that the CRM mints; customer numbers come from a sequence.

create table employee (
  id text primary key,
  login text not null unique,
  name text not null,
  email text not null unique,
  job_title text not null
);
create index employee_by_name on employee (name, id);

create sequence customer_number start 10001;

create table customer (
  id text primary key,
  number text not null unique,
  kind text not null check (kind in ('COMPANY', 'PERSON')),
  name text not null check (name <> ''),
  email text,
  phone text,
  street text,
  postal_code text,
  city text,
  country char(2),
  lifecycle_stage text not null check (lifecycle_stage in ('LEAD', 'ACTIVE', 'DORMANT', 'FORMER')),
  account_manager_id text references employee,
  marketing_consent boolean not null,
  internal_notes text,
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint address_is_whole check (num_nulls(street, postal_code, city, country) in (0, 4))
);
create unique index customer_email on customer (lower(email));
create index customer_by_name on customer (name, id);
create index customer_by_created on customer (created_at, id);
create index customer_by_updated on customer (updated_at, id);
create index customer_by_manager on customer (account_manager_id);

create table contact (
  id text primary key,
  customer_id text not null references customer,
  name text not null,
  email text,
  phone text,
  job_title text,
  is_primary boolean not null,
  created_at timestamptz not null
);
create index contact_of_customer on contact (customer_id, name, id);
create unique index contact_primary on contact (customer_id) where is_primary;

create table deal (
  id text primary key,
  customer_id text not null references customer,
  title text not null,
  stage text not null check (stage in ('QUALIFICATION', 'PROPOSAL', 'NEGOTIATION', 'WON', 'LOST')),
  currency char(3) not null,
  value_minor bigint not null check (value_minor >= 0),
  expected_close_on date,
  closed_at timestamptz,
  owner_id text references employee,
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint closed_when_decided check ((stage in ('WON', 'LOST')) = (closed_at is not null))
);
create index deal_of_customer on deal (customer_id, created_at, id);
create index deal_by_created on deal (created_at, id);
create index deal_by_title on deal (title, id);
create index deal_by_value on deal (value_minor, id);

create table deal_line (
  deal_id text not null references deal,
  position integer not null check (position > 0),
  description text not null,
  quantity integer not null check (quantity > 0),
  unit_price_minor bigint not null check (unit_price_minor >= 0),
  -- The shop's article: its global id and its SKU, which never changes.
  variant_id text,
  variant_sku text,
  primary key (deal_id, position),
  constraint variant_is_whole check ((variant_id is null) = (variant_sku is null))
);

create table activity (
  id text primary key,
  customer_id text not null references customer,
  deal_id text references deal,
  kind text not null check (kind in ('CALL', 'EMAIL', 'MEETING', 'NOTE', 'TASK')),
  subject text not null,
  body text,
  author_id text references employee,
  occurred_at timestamptz not null,
  created_at timestamptz not null
);
create index activity_of_customer on activity (customer_id, occurred_at, id);

-- The runtime may read everything, add customers and activities, and change what people edit; it deletes nothing.
grant select on all tables in schema public to crm_runtime;
grant usage on sequence customer_number to crm_runtime;
grant insert on customer, activity to crm_runtime;
grant update (name, email, phone, street, postal_code, city, country, lifecycle_stage, account_manager_id,
  marketing_consent, internal_notes, version, updated_at) on customer to crm_runtime;
grant update (stage, closed_at, version, updated_at) on deal to crm_runtime;
