-- What a foreign system reported under an id: another report under the same id is no repetition of it. Null for the
-- events of our own systems, whose ids are minted with what they say, and for what was received before this.

alter table inbox add column content_hash bytea;
grant insert (content_hash) on inbox to RUNTIME_ROLE;
