-- The worker logs in with a role of its own, for which WORKER_ROLE stands from here on; RUNTIME_ROLE is the subgraph's
-- alone. Who takes over the process that answers requests can say something, but neither give out for told what nobody
-- was told, nor settle what could not be delivered, nor touch what waits.

grant usage on schema public to WORKER_ROLE;

-- The subgraph says what happens now, and hears.
revoke select, delete, update (relayed_at), insert (occurred_at) on outbox from RUNTIME_ROLE;
revoke delete on inbox from RUNTIME_ROLE;
revoke all on dead_letter, reconciliation, copy_difference from RUNTIME_ROLE;

grant select, delete on outbox, inbox to WORKER_ROLE;
grant update (relayed_at) on outbox to WORKER_ROLE;
-- What is sent again is said once more, to the one who did not get it, as of when it happened.
grant insert (event_id, type, entity, entity_id, version, occurred_at, data, only_to, repairs) on outbox to WORKER_ROLE;
grant select, insert on dead_letter to WORKER_ROLE;
grant update (settlement, settled_by, settled_why, settled_at) on dead_letter to WORKER_ROLE;
grant select, delete on reconciliation to WORKER_ROLE;
grant insert (requested_by, repairs) on reconciliation to WORKER_ROLE;
grant update (finished_at, compared, problem) on reconciliation to WORKER_ROLE;
grant select, insert on copy_difference to WORKER_ROLE;
