-- Accounting's tables: double entry that the database itself enforces. Posted entries and issued invoices never change.

create table ledger_account (
  id text primary key,
  number text not null unique,
  name text not null,
  kind text not null check (kind in ('ASSET', 'LIABILITY', 'EQUITY', 'REVENUE', 'EXPENSE')),
  currency char(3) not null
);

-- The customers that accounting has met: the terms that it owns, and a copy of what it prints on invoices.
create table customer_account (
  customer_id text primary key,
  customer_number text not null,
  name text not null,
  street text,
  postal_code text,
  city text,
  country char(2),
  currency char(3) not null,
  credit_limit_minor bigint check (credit_limit_minor >= 0),
  payment_term_days integer not null default 14 check (payment_term_days between 0 and 365),
  dunning_level integer not null default 0 check (dunning_level between 0 and 3),
  credit_version integer not null default 1 check (credit_version > 0),
  constraint address_is_whole check (num_nulls(street, postal_code, city, country) in (0, 4)),
  -- Lets invoices refer to the currency as well: what a customer owes is one sum in one currency.
  unique (customer_id, currency)
);

-- Numbers without gaps need a counter that rolls back with its transaction; a sequence does not.
create table document_counter (
  kind text not null check (kind in ('INVOICE', 'JOURNAL')),
  year integer not null,
  last integer not null check (last > 0),
  primary key (kind, year)
);

create table journal_entry (
  id text primary key,
  number text not null unique,
  posted_on date not null,
  description text not null,
  created_at timestamptz not null
);
create index journal_entry_by_day on journal_entry (posted_on, id);

create table journal_line (
  entry_id text not null references journal_entry,
  position integer not null check (position > 0),
  account_id text not null references ledger_account,
  -- Whose receivable it is, on the receivables account.
  customer_id text references customer_account,
  debit_minor bigint not null default 0 check (debit_minor >= 0),
  credit_minor bigint not null default 0 check (credit_minor >= 0),
  primary key (entry_id, position),
  constraint one_side check ((debit_minor = 0) <> (credit_minor = 0))
);
create index journal_line_of_account on journal_line (account_id, entry_id) include (debit_minor, credit_minor);

create function check_entry_balances() returns trigger language plpgsql as $$
declare
  entry text;
  debits bigint;
  credits bigint;
  currencies integer;
begin
  -- Not one expression: plpgsql resolves every field that an expression names, and the two tables differ.
  if tg_table_name = 'journal_entry' then entry := new.id;
  elsif tg_op = 'DELETE' then entry := old.entry_id;
  else entry := new.entry_id;
  end if;
  select coalesce(sum(line.debit_minor), 0), coalesce(sum(line.credit_minor), 0), count(distinct account.currency)
    into debits, credits, currencies
    from journal_line line join ledger_account account on account.id = line.account_id
    where line.entry_id = entry;
  if debits <> credits or debits = 0 or currencies <> 1 then
    raise exception 'journal entry % does not balance: debit %, credit %, % currencies', entry, debits, credits, currencies
      using errcode = 'check_violation', constraint = 'entry_balances';
  end if;
  return null;
end $$;

-- Deferred to the end of the transaction, because an entry is written line by line.
create constraint trigger entry_balances after insert on journal_entry
  deferrable initially deferred for each row execute function check_entry_balances();
create constraint trigger entry_balances after insert or update or delete on journal_line
  deferrable initially deferred for each row execute function check_entry_balances();

create table invoice (
  id text primary key,
  number text not null unique,
  kind text not null check (kind in ('INVOICE', 'CREDIT_NOTE')),
  customer_id text not null,
  order_id text,
  order_number text,
  recipient_name text not null,
  recipient_street text,
  recipient_postal_code text,
  recipient_city text,
  recipient_country char(2),
  issued_on date not null,
  due_on date not null,
  currency char(3) not null,
  net_minor bigint not null check (net_minor >= 0),
  tax_minor bigint not null check (tax_minor >= 0),
  total_minor bigint not null check (total_minor > 0),
  paid_minor bigint not null default 0,
  cancels_id text unique references invoice,
  is_cancelled boolean not null default false,
  reason text,
  status text not null generated always as (
    case
      when kind = 'CREDIT_NOTE' then 'CREDITED'
      when is_cancelled then 'CANCELLED'
      when paid_minor = 0 then 'OPEN'
      when paid_minor < total_minor then 'PARTIALLY_PAID'
      else 'PAID'
    end) stored,
  journal_entry_id text not null unique references journal_entry,
  created_at timestamptz not null,
  constraint in_the_customers_currency
    foreign key (customer_id, currency) references customer_account (customer_id, currency),
  constraint total_adds_up check (total_minor = net_minor + tax_minor),
  constraint paid_within_total check (paid_minor between 0 and total_minor),
  constraint order_is_whole check ((order_id is null) = (order_number is null)),
  constraint credit_note_cancels check ((kind = 'CREDIT_NOTE') = (cancels_id is not null)),
  constraint credit_note_is_never_paid check (kind = 'INVOICE' or (paid_minor = 0 and not is_cancelled)),
  constraint address_is_whole
    check (num_nulls(recipient_street, recipient_postal_code, recipient_city, recipient_country) in (0, 4))
);
create index invoice_of_customer on invoice (customer_id, issued_on, id);
create index invoice_of_order on invoice (order_id);
create index invoice_by_issued on invoice (issued_on, id);
create index invoice_by_due on invoice (due_on, id);
create index invoice_by_total on invoice (total_minor, id);

create table invoice_line (
  invoice_id text not null references invoice,
  position integer not null check (position > 0),
  description text not null,
  quantity integer not null check (quantity > 0),
  unit_price_minor bigint not null check (unit_price_minor >= 0),
  tax_rate numeric(5, 4) not null check (tax_rate >= 0 and tax_rate < 1),
  net_minor bigint not null,
  variant_id text,
  primary key (invoice_id, position),
  constraint net_is_quantity_times_price check (net_minor = quantity * unit_price_minor)
);

create table payment (
  id text primary key,
  invoice_id text not null references invoice,
  amount_minor bigint not null check (amount_minor > 0),
  received_on date not null,
  method text not null check (method in ('BANK_TRANSFER', 'CARD', 'DIRECT_DEBIT', 'CASH')),
  reference text,
  journal_entry_id text not null unique references journal_entry,
  created_at timestamptz not null
);
create index payment_of_invoice on payment (invoice_id, received_on, id);
create index payment_by_day on payment (received_on, id);

create table purchase_price (
  variant_id text primary key,
  price_minor bigint not null check (price_minor >= 0),
  currency char(3) not null
);

-- What is posted or issued is whole when its transaction ends: later ones add nothing to it. An entry, which nobody may
-- update, is this transaction's own exactly while its xmin is the transaction's id; an invoice is as new as its entry.
create function refuse_late_line() returns trigger language plpgsql as $$
declare
  is_new boolean;
begin
  if tg_table_name = 'journal_line' then
    select xmin = pg_current_xact_id()::xid into is_new from journal_entry where id = new.entry_id;
  else
    select entry.xmin = pg_current_xact_id()::xid into is_new
      from invoice join journal_entry entry on entry.id = invoice.journal_entry_id where invoice.id = new.invoice_id;
  end if;
  if not is_new then
    raise exception 'a line cannot be added to what an earlier transaction has written'
      using errcode = 'check_violation', constraint = 'no_late_line';
  end if;
  return new;
end $$;

create trigger no_late_line before insert on journal_line for each row execute function refuse_late_line();
create trigger no_late_line before insert on invoice_line for each row execute function refuse_late_line();

-- Money that came in, a cancellation and a number that was given out are never taken back.
create function refuse_way_back() returns trigger language plpgsql as $$
begin
  raise exception 'this only goes forward' using errcode = 'check_violation', constraint = 'only_forward';
end $$;

create trigger only_forward before update on invoice for each row
  when (new.paid_minor < old.paid_minor or (old.is_cancelled and not new.is_cancelled))
  execute function refuse_way_back();
create trigger only_forward before update on document_counter for each row
  when (new.last <= old.last) execute function refuse_way_back();

-- The runtime reads everything and adds documents; of what is written it may only mark an invoice paid or cancelled
-- and set terms. It deletes nothing, and no posted entry can be changed by it.
grant select on all tables in schema public to accounting_runtime;
grant insert on journal_entry, journal_line, invoice, invoice_line, payment, document_counter to accounting_runtime;
grant update (last) on document_counter to accounting_runtime;
grant update (paid_minor, is_cancelled) on invoice to accounting_runtime;
grant update (credit_limit_minor, credit_version) on customer_account to accounting_runtime;
