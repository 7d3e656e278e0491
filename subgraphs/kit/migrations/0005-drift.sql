-- When copies were compared with their owners, who wanted it, and what differed. The worker does what is asked for here,
-- so that who asks needs no other system's address and no secret.

create table reconciliation (
  id bigint generated always as identity primary key,
  requested_by text not null,
  -- Whether the owners are asked to send again what differs.
  repairs boolean not null,
  requested_at timestamptz not null default now(),
  finished_at timestamptz,
  compared integer,
  problem text
);
create index reconciliation_open on reconciliation (id) where finished_at is null;
create index reconciliation_by_finished on reconciliation (finished_at);

-- Which field, and not what stands in it.
create table copy_difference (
  reconciliation_id bigint not null references reconciliation on delete cascade,
  owner text not null,
  entity text not null,
  entity_id text not null,
  field text not null,
  primary key (reconciliation_id, entity, entity_id, field)
);

grant select, delete on reconciliation, copy_difference to RUNTIME_ROLE;
grant insert (requested_by, repairs) on reconciliation to RUNTIME_ROLE;
grant update (finished_at, compared, problem) on reconciliation to RUNTIME_ROLE;
grant insert on copy_difference to RUNTIME_ROLE;
