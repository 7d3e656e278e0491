-- What was said is not taken back. Who could forget an event before it is handed on, or give it out for handed on long
-- ago, would leave others with what is no longer true, and nobody would see why. The same holds for receipts.

revoke insert on outbox, inbox from RUNTIME_ROLE;
grant insert (event_id, type, entity, entity_id, version, occurred_at, data, only_to, repairs) on outbox to RUNTIME_ROLE;
grant insert (source, event_id, type, outcome) on inbox to RUNTIME_ROLE;

alter table outbox enable row level security;
create policy all_are_read on outbox for select using (true);
create policy all_are_written on outbox for insert with check (true);
create policy only_waiting_are_relayed on outbox for update
  using (relayed_at is null) with check (relayed_at = now());
-- Events are tried for three days.
create policy only_old_are_forgotten on outbox for delete using (relayed_at < now() - interval '4 days');

-- Differences go with their comparison, for which nobody needs a right.
revoke delete on copy_difference from RUNTIME_ROLE;
