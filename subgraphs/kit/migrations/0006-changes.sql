-- How those who look on hear of what has changed: ids on the channel `changes` in the transaction of the effect, and the
-- last change of each entity for who was cut off meanwhile. The same in every system; its own triggers call it.

create table last_change (
  entity text not null,
  entity_id text not null,
  -- The customer to whom it belongs, where it belongs to one.
  owner_id text,
  -- Which transaction it was: a snapshot says whether somebody can have heard of it, a clock does not.
  changed_by xid8 not null,
  primary key (entity, entity_id)
);
create index last_change_by_transaction on last_change (changed_by);

-- With the rights of the owner, so that the runtime role can make no change that there was not.
create function record_change(changed_entity text, changed_id text, changed_owner text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into last_change (entity, entity_id, owner_id, changed_by)
  values (changed_entity, changed_id, changed_owner, pg_current_xact_id())
  on conflict (entity, entity_id) do update set owner_id = excluded.owner_id, changed_by = excluded.changed_by;
  perform pg_notify('changes', concat_ws(' ', changed_entity, changed_id, changed_owner));
end $$;
revoke execute on function record_change from public;

-- For each row: the entity's name, the column of its id and, where it belongs to a customer, the column that says whose.
create function tell_of_change() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  changed jsonb := to_jsonb(new);
begin
  perform record_change(tg_argv[0], changed ->> tg_argv[1], changed ->> tg_argv[2]);
  return null;
end $$;
revoke execute on function tell_of_change from public;

grant select on last_change to RUNTIME_ROLE;
