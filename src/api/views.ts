// What clients are told of what was read. The store writes it, where it reads: see Store.json().
import type { Views } from '../store/store.ts'
import { MEETINGS, next, nextIn, OCCUPANTS, peopleList, roomList, STAYS } from './cursor.ts'
import { showEvent, showMeeting, showOccupant, showPerson, showRoom, showStay } from './show.ts'

export const views: Views = {
  rooms: (page, query, now) => ({
    rooms: page.items.map((room) => showRoom(room, query.at ?? now)),
    next: nextIn(roomList(query), page),
  }),
  occupants: (page, { at }, now) => ({
    occupants: page.items.map((occupant) => showOccupant(occupant, at ?? now)),
    next: nextIn(OCCUPANTS, page),
  }),
  stays: (page, { at }, now) => ({
    occupants: page.items.map((occupant) => showStay(occupant, at ?? now)),
    next: nextIn(STAYS, page),
  }),
  people: (page, query) => ({ people: page.items.map(showPerson), next: nextIn(peopleList(query), page) }),
  meetingsOf: (page) => ({ meetings: page.items.map(showMeeting), next: nextIn(MEETINGS, page) }),
  events: (page) => ({ events: page.items.map(showEvent), next: next(page), through: page.through }),
}
