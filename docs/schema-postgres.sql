-- The schema on PostgreSQL, as the migrations leave it. Written by test/store/postgres-schema.test.ts --write.

create table answers (
  key text not null,
  fingerprint bytea not null,
  answer json not null,
  received_at bigint not null,
  PRIMARY KEY (key)
);

create table events (
  seq bigint not null,
  type text not null,
  at bigint not null,
  received_at bigint not null,
  inferred boolean not null,
  room bigint not null,
  stay bigint,
  data json not null,
  PRIMARY KEY (seq)
);

create table hosts (
  name text not null,
  boot_id text,
  contact_at bigint not null,
  heartbeat_at bigint,
  alive_at bigint not null,
  in_sync boolean,
  lag bigint,
  live_rooms bigint not null,
  live_occupants bigint not null,
  received bigint not null,
  refused bigint not null,
  late bigint not null,
  repaired bigint not null,
  PRIMARY KEY (name)
);

create table occupants (
  id bigint not null,
  room bigint not null,
  jid text not null,
  jid_key uuid not null,
  nick text not null,
  role text not null,
  email text,
  avatar text,
  user_agent text,
  ip text,
  user_id text,
  joined_at bigint not null,
  nick_at bigint not null,
  role_at bigint not null,
  email_at bigint not null,
  left_at bigint,
  leave_reason text,
  inferred boolean not null default false,
  person text,
  CHECK ((role = ANY (ARRAY['participant'::text, 'moderator'::text]))),
  PRIMARY KEY (id)
);

create table people (
  id text not null,
  user_id text,
  email text,
  name text not null,
  names text not null,
  search text not null,
  seen_at bigint not null,
  PRIMARY KEY (id)
);

create table rollcall_schema (
  version integer not null,
  PRIMARY KEY (version)
);

create table rooms (
  id bigint not null,
  session text not null,
  jid text not null,
  jid_key uuid not null,
  host text not null,
  name text not null,
  kind text,
  parent_jid text,
  created_at bigint not null,
  ended_at bigint,
  end_reason text,
  inferred boolean not null default false,
  search text,
  CHECK ((kind = ANY (ARRAY['conference'::text, 'breakout'::text, 'lobby'::text]))),
  PRIMARY KEY (id),
  UNIQUE (session)
);

CREATE INDEX answers_received ON answers USING btree (received_at);
CREATE INDEX events_updated ON events USING btree (stay) WHERE (type = 'occupant.updated'::text);
CREATE UNIQUE INDEX occupants_live ON occupants USING btree (room, jid_key) WHERE (left_at IS NULL);
CREATE INDEX occupants_person ON occupants USING btree (person, joined_at) INCLUDE (room);
CREATE INDEX occupants_room ON occupants USING btree (room, joined_at, id) INCLUDE (left_at, person);
CREATE INDEX occupants_services ON occupants USING btree (room, joined_at, id) WHERE (person IS NULL);
CREATE INDEX people_name ON people USING btree ("left"(search, 200) COLLATE "C", id COLLATE "C");
CREATE INDEX people_seen ON people USING btree (seen_at, id COLLATE "C");
CREATE INDEX people_verified ON people USING btree (seen_at, id COLLATE "C") WHERE (user_id IS NOT NULL);
CREATE INDEX rooms_created ON rooms USING btree (created_at, id, ended_at);
CREATE INDEX rooms_duration ON rooms USING btree (((ended_at - created_at)), id) WHERE (ended_at IS NOT NULL);
CREATE INDEX rooms_ended ON rooms USING btree (COALESCE(ended_at, '9007199254740991'::bigint), id, created_at);
CREATE INDEX rooms_host ON rooms USING btree ("left"(host, 255), created_at, id);
CREATE INDEX rooms_jid ON rooms USING btree (jid_key, id);
CREATE INDEX rooms_jid_created ON rooms USING btree (jid_key, created_at, id);
CREATE INDEX rooms_kind ON rooms USING btree (kind, created_at, id);
CREATE UNIQUE INDEX rooms_live ON rooms USING btree (jid_key) WHERE (ended_at IS NULL);
CREATE INDEX rooms_live_created ON rooms USING btree (created_at, id) WHERE (ended_at IS NULL);
CREATE INDEX rooms_live_host ON rooms USING btree (host) WHERE (ended_at IS NULL);
CREATE INDEX rooms_name ON rooms USING btree ("left"(COALESCE(search, ''::text), 200) COLLATE "C", id);
CREATE INDEX rooms_parent ON rooms USING hash (parent_jid) WHERE (parent_jid IS NOT NULL);
