-- What every system needs to tell others what happened in it, and to adopt what happened elsewhere. The same in each;
-- RUNTIME_ROLE stands for the role of the system's subgraph and its worker.

-- Written in the transaction of the effect. The worker takes what is not relayed yet, in this order.
create table outbox (
  sequence bigint generated always as identity primary key,
  event_id text not null,
  type text not null,
  entity text not null,
  entity_id text not null,
  version integer not null check (version > 0),
  occurred_at timestamptz not null default clock_timestamp(),
  data jsonb not null,
  -- Null: all who adopt events of this type. Else the one for whom it is sent again.
  only_to text,
  repairs boolean not null default false,
  relayed_at timestamptz
);
create index outbox_waiting on outbox (sequence) where relayed_at is null;
create index outbox_by_relayed on outbox (relayed_at) where relayed_at is not null;
create unique index outbox_event on outbox (event_id) where only_to is null;

create function tell_of_outbox() returns trigger language plpgsql as $$
begin
  notify outbox;
  return null;
end $$;
create trigger tell_of_outbox after insert on outbox for each statement execute function tell_of_outbox();

-- What was received, by sender and id; written in the transaction of the effect, so that nothing takes effect twice.
create table inbox (
  source text not null,
  event_id text not null,
  type text not null,
  outcome text not null check (outcome in ('APPLIED', 'SUPERSEDED')),
  received_at timestamptz not null default now(),
  primary key (source, event_id)
);
create index inbox_by_received on inbox (received_at);

-- The latest version of each entity of another system that was adopted here: an older one changes nothing any more.
create table adopted_version (
  entity text not null,
  entity_id text not null,
  version integer not null,
  event_id text not null,
  adopted_at timestamptz not null default now(),
  primary key (entity, entity_id)
);

-- What could not be delivered. A row is settled once, by a person, with a reason; it is never deleted.
create table dead_letter (
  id bigint generated always as identity primary key,
  subscriber text not null,
  event_id text not null,
  type text not null,
  entity text not null,
  entity_id text not null,
  version integer not null,
  occurred_at timestamptz not null,
  data jsonb not null,
  repairs boolean not null,
  because text not null,
  attempts integer not null,
  died_at timestamptz not null default now(),
  settlement text check (settlement in ('REPLAYED', 'DROPPED')),
  settled_by text,
  settled_why text,
  settled_at timestamptz,
  constraint settled_is_whole check (num_nulls(settlement, settled_by, settled_why, settled_at) in (0, 4))
);
create unique index dead_letter_open on dead_letter (subscriber, event_id) where settled_at is null;

create function refuse_settling_again() returns trigger language plpgsql as $$
begin
  raise exception 'a dead letter is settled once' using errcode = 'check_violation', constraint = 'settled_once';
end $$;
create trigger settled_once before update on dead_letter for each row
  when (old.settled_at is not null) execute function refuse_settling_again();

grant select, insert, delete on outbox to RUNTIME_ROLE;
grant update (relayed_at) on outbox to RUNTIME_ROLE;
grant select, insert, delete on inbox to RUNTIME_ROLE;
grant select, insert on adopted_version to RUNTIME_ROLE;
grant update (version, event_id, adopted_at) on adopted_version to RUNTIME_ROLE;
grant select, insert on dead_letter to RUNTIME_ROLE;
grant update (settlement, settled_by, settled_why, settled_at) on dead_letter to RUNTIME_ROLE;

-- Who may forget a receipt early can make an event take effect twice. Our own senders try for a little over three days.
alter table inbox enable row level security;
create policy all_are_read on inbox for select using (true);
create policy all_are_written on inbox for insert with check (true);
create policy only_old_are_forgotten on inbox for delete using (received_at < now() - interval '20 days');
