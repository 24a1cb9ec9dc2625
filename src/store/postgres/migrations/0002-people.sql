-- Who a stay belongs to, everyone who was ever in a meeting, and what lists are looked up by. The new columns are
-- filled by backfill.ts: each of the rules behind them stands in the program once.

-- Null: a component of Jitsi, which is no person.
alter table occupants add column person text;

-- Name and JID as they are searched: folded, percent-decoded. Null: written by an older instance.
alter table rooms add column search text;

-- As they were in their latest stay.
create table people (
  id      text primary key,
  -- Verified by a token; null for who only said so.
  user_id text,
  email   text,
  name    text not null,
  -- Names they went by, one a line.
  names   text not null,
  -- Name and email as they are searched.
  search  text not null,
  -- When their latest stay began.
  seen_at bigint not null
);

create index people_seen on people (seen_at, id collate "C");
create index people_verified on people (seen_at, id collate "C") where user_id is not null;
create index people_name on people (left(search, 200) collate "C", id collate "C");

-- A page of rooms gets its occupants, people and peak from this index alone.
drop index occupants_room;
create index occupants_room on occupants (room, joined_at, id) include (left_at, person);
-- And a page of people their meetings from this one. Without left_at, which would be written again at every leave.
create index occupants_person on occupants (person, joined_at) include (room);

-- Each order that rooms are listed in. A live one ends after all others.
create index rooms_created on rooms (created_at, id, ended_at);
create index rooms_ended on rooms (coalesce(ended_at, 9007199254740991), id, created_at);
create index rooms_duration on rooms ((ended_at - created_at), id) where ended_at is not null;
create index rooms_name on rooms (left(coalesce(search, ''), 200) collate "C", id);
create index rooms_host on rooms (left(host, 255), created_at, id);
create index rooms_kind on rooms (kind, created_at, id);
-- The meetings of one room around a time.
create index rooms_jid_created on rooms (jid_key, created_at, id);
create index rooms_live_created on rooms (created_at, id) where ended_at is null;

-- What somebody changed during a stay.
create index events_updated on events (stay) where type = 'occupant.updated';
