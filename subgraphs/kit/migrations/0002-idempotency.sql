-- What a mutation answered under an idempotency key: written in the transaction of its effect, never changed. The same
-- in every system; RUNTIME_ROLE stands for the role of the system's processes.

create table idempotency_record (
  subject text not null,
  field text not null,
  -- Tells two fields of one request apart.
  response_key text not null,
  key text not null check (length(key) between 1 and 255),
  arguments_hash bytea not null,
  answer text not null,
  created_at timestamptz not null default now(),
  primary key (subject, field, response_key, key)
);
create index idempotency_record_by_created on idempotency_record (created_at);

grant select, delete on idempotency_record to RUNTIME_ROLE;
grant insert (subject, field, response_key, key, arguments_hash, answer) on idempotency_record to RUNTIME_ROLE;

-- Who may forget a key early can make an effect happen twice. The longest retry, an event's, takes three days.
alter table idempotency_record enable row level security;
create policy all_are_read on idempotency_record for select using (true);
create policy all_are_written on idempotency_record for insert with check (true);
create policy only_old_are_forgotten on idempotency_record for delete
  using (created_at < now() - interval '4 days');
