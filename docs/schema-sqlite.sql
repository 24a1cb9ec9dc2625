-- Schema 8, as the migrations leave it.

CREATE TABLE rooms (
  id          integer primary key,
  session     text not null unique,
  jid         text not null,
  name        text not null,
  kind        text check (kind in ('conference', 'breakout', 'lobby')),
  parent_jid  text,
  created_at  integer not null,
  ended_at    integer,
  end_reason  text
, host text not null default '', inferred integer not null default 0 check (inferred in (0, 1)), search text not null default '') strict;

CREATE UNIQUE INDEX rooms_live on rooms (jid) where ended_at is null;

CREATE TABLE occupants (
  id           integer primary key,
  room         integer not null references rooms (id),
  jid          text not null,
  nick         text not null,
  role         text not null check (role in ('participant', 'moderator')),
  email        text,
  avatar       text,
  user_agent   text,
  ip           text,
  user_id      text,
  joined_at    integer not null,
  -- When that field was last said, where that was after joining.
  nick_at      integer,
  role_at      integer,
  email_at     integer,
  left_at      integer,
  leave_reason text
, inferred integer not null default 0 check (inferred in (0, 1)), person text) strict;

CREATE UNIQUE INDEX occupants_live on occupants (room, jid) where left_at is null;

CREATE TABLE events (
  seq         integer primary key,
  type        text not null,
  at          integer not null,
  received_at integer not null,
  inferred    integer not null check (inferred in (0, 1)),
  room        integer not null,
  stay        integer,
  data        text not null
) strict;

CREATE TABLE answers (
  id          integer primary key,
  key         text not null unique,
  fingerprint blob not null,
  answer      text not null,
  received_at integer not null
) strict;

CREATE INDEX rooms_jid on rooms (jid);

CREATE INDEX rooms_live_host on rooms (host) where ended_at is null;

CREATE TABLE hosts (
  name           text primary key,
  -- The process whose snapshot was taken last.
  boot_id        text,
  contact_at     integer not null,
  heartbeat_at   integer,
  -- The last instant it is known to have been alive, by its own clock; the two above are the server's.
  alive_at       integer not null,
  in_sync        integer check (in_sync in (0, 1)),
  -- Milliseconds between what its last word tells of and its arrival.
  lag            integer,
  live_rooms     integer not null,
  live_occupants integer not null,
  received       integer not null,
  refused        integer not null,
  late           integer not null,
  repaired       integer not null
) strict, without rowid;

CREATE INDEX occupants_room on occupants (room, joined_at, id, left_at, person);

CREATE INDEX rooms_created on rooms (created_at, id, ended_at, host, kind, search);

CREATE INDEX rooms_ended on rooms (coalesce(ended_at, 9007199254740991), id, created_at, host, kind);

CREATE INDEX rooms_duration on rooms (ended_at - created_at, id, ended_at, created_at, host, kind)
  where ended_at is not null;

CREATE INDEX rooms_name on rooms (substr(search, 1, 200), id, created_at, ended_at, host, kind);

CREATE INDEX rooms_host on rooms (host, created_at, id, ended_at, kind);

CREATE INDEX rooms_kind on rooms (kind, created_at, id, ended_at);

CREATE INDEX rooms_jid_created on rooms (jid, created_at, id);

CREATE INDEX rooms_live_created on rooms (created_at) where ended_at is null;

CREATE INDEX events_updated on events (stay) where type = 'occupant.updated';

CREATE INDEX rooms_parent on rooms (parent_jid, created_at) where parent_jid is not null;

CREATE INDEX occupants_person on occupants (person, joined_at, room, left_at);

CREATE INDEX occupants_services on occupants (room, joined_at, id) where person is null;

CREATE TABLE "people" (
  number  integer primary key,
  id      text not null unique,
  -- Verified by a token; null for who only said so.
  user_id text,
  email   text,
  name    text not null,
  -- Names they went by, one a line.
  names   text not null,
  -- Name and email as they are searched.
  search  text not null,
  -- When their latest stay began.
  seen_at integer not null
) strict;

CREATE INDEX people_seen on people (seen_at, number, search);

CREATE INDEX people_verified on people (seen_at) where user_id is not null;

CREATE INDEX people_name on people (substr(search, 1, 200));

CREATE VIRTUAL TABLE rooms_text using fts5 (
  search, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1');

CREATE TABLE 'rooms_text_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'rooms_text_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE 'rooms_text_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TRIGGER rooms_text_added after insert on rooms begin
  insert into rooms_text (rowid, search) values (new.id, new.search || char(10, 10));
end;

CREATE TRIGGER rooms_text_removed after delete on rooms begin
  insert into rooms_text (rooms_text, rowid, search) values ('delete', old.id, old.search || char(10, 10));
end;

CREATE VIRTUAL TABLE rooms_parts using fts5vocab (rooms_text, instance);

CREATE VIRTUAL TABLE people_text using fts5 (
  search, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1');

CREATE TABLE 'people_text_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'people_text_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE 'people_text_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TRIGGER people_text_added after insert on people when new.number % 256 = 0 begin
  insert into people_text (rowid, search) select number, search || char(10, 10) from people
  where number > new.number - 256 and number <= new.number;
end;

CREATE TRIGGER people_text_changed after update of search on people
when new.search <> old.search and new.number <= (select max(number) / 256 * 256 from people) begin
  insert into people_text (rowid, search) values (new.number, new.search || char(10, 10));
end;

CREATE VIRTUAL TABLE people_parts using fts5vocab (people_text, instance);

CREATE TABLE room_stays (
  room  integer primary key,
  stays text not null
) strict;

CREATE VIEW packed_stays as
select room, group_concat(person || joined_at || ',' || coalesce(cast(left_at as text), '') || ',', '') as stays
from occupants where person is not null group by room;

CREATE TRIGGER room_stays_kept after update of ended_at on rooms when new.ended_at is not null begin
  insert or replace into room_stays select room, stays from packed_stays where room = new.id;
end;

CREATE TRIGGER room_stays_joined after insert on occupants begin
  delete from room_stays where room = new.room;
end;

CREATE TRIGGER room_stays_changed after update of room, person, joined_at, left_at on occupants begin
  delete from room_stays where room in (old.room, new.room);
end;

CREATE TRIGGER room_stays_removed after delete on occupants begin
  delete from room_stays where room = old.room;
end;
