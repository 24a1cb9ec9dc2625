-- What looking for a text reads, made smaller, and what one or two characters are looked for in; and the stays of rooms that ended.

-- People have a number: the entries of their indexes are half as long without the id.
create table people_numbered (
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
insert into people_numbered select null, id, user_id, email, name, names, search, seen_at from people order by seen_at;
drop table people;
alter table people_numbered rename to people;
create index people_seen on people (seen_at, number, search);
create index people_verified on people (seen_at) where user_id is not null;
create index people_name on people (substr(search, 1, 200));

-- Every one and every two characters of a text begin three of it once two line breaks end it: so the words of this index say
-- where they are. To go through all of 100,000 rooms for them took 14 ms.
drop trigger rooms_text_added;
drop trigger rooms_text_removed;
drop table rooms_text;
create virtual table rooms_text using fts5 (
  search, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1');
insert into rooms_text (rowid, search) select id, search || char(10, 10) from rooms;
create trigger rooms_text_added after insert on rooms begin
  insert into rooms_text (rowid, search) values (new.id, new.search || char(10, 10));
end;
create trigger rooms_text_removed after delete on rooms begin
  insert into rooms_text (rooms_text, rowid, search) values ('delete', old.id, old.search || char(10, 10));
end;
create virtual table rooms_parts using fts5vocab (rooms_text, instance);

-- The same for people, by their numbers, but always 256 at once: a guest is somebody new whenever they join, and one by one each of
-- them would take the writer half as long again. The last ones, fewer than that, are looked through. Where a text became another,
-- both are in here, and whoever is gone stays: what is found is looked at.
create virtual table people_text using fts5 (
  search, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1');
insert into people_text (rowid, search) select number, search || char(10, 10) from people
where number <= (select max(number) / 256 * 256 from people);
create trigger people_text_added after insert on people when new.number % 256 = 0 begin
  insert into people_text (rowid, search) select number, search || char(10, 10) from people
  where number > new.number - 256 and number <= new.number;
end;
create trigger people_text_changed after update of search on people
when new.search <> old.search and new.number <= (select max(number) / 256 * 256 from people) begin
  insert into people_text (rowid, search) values (new.number, new.search || char(10, 10));
end;
create virtual table people_parts using fts5vocab (people_text, instance);

-- The stays of a room that has ended, as lists and figures take them (src/store/reads/packed.ts): to put them together for every
-- answer was a quarter of the time of figures of 30 days. 60 bytes a stay. What changes one of them afterwards takes all of
-- that room away; then they are put together for every answer again.
create table room_stays (
  room  integer primary key,
  stays text not null
) strict;
create view packed_stays as
select room, group_concat(person || joined_at || ',' || coalesce(cast(left_at as text), '') || ',', '') as stays
from occupants where person is not null group by room;
insert into room_stays
select r.id, (select stays from packed_stays where room = r.id) as stays from rooms r
where r.ended_at is not null and stays is not null;
create trigger room_stays_kept after update of ended_at on rooms when new.ended_at is not null begin
  insert or replace into room_stays select room, stays from packed_stays where room = new.id;
end;
create trigger room_stays_joined after insert on occupants begin
  delete from room_stays where room = new.room;
end;
create trigger room_stays_changed after update of room, person, joined_at, left_at on occupants begin
  delete from room_stays where room in (old.room, new.room);
end;
create trigger room_stays_removed after delete on occupants begin
  delete from room_stays where room = old.room;
end;
