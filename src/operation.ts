// What a route says of itself: its part of the OpenAPI document. The route's code and the document read the same
// schemas.
import Type, { type TObject, type TSchema } from 'typebox'

/** The chapters of the document, in its order. */
export const TAGS = {
  Reports: 'What Prosody tells: rooms and occupants come and go. A 200 means: on disk.',
  Agreement: 'For senders that speak for a whole MUC host: being alive, and agreeing on what is live.',
  event_sync: 'What the Prosody plugin event_sync posts: its `api_prefix` is all that a site changes.',
  Rooms: 'Meetings, live and ended, and who was in them.',
  People: 'Everyone under one identity, and the meetings that they were in.',
  Attendance: 'Who was there, for how long: as JSON, CSV and XLSX.',
  Events: 'The log of all that happened, in commit order.',
  Hosts: 'The MUC hosts that report here.',
  Dashboard: "The dashboard's login, and the demo that it offers.",
  Server: 'Is it there, does it work, what are its numbers, and this document.',
} satisfies Record<string, string>

export type Operation = {
  /** A verb and a noun, once in the whole document: the name of the call in generated clients. */
  id: string
  tag: keyof typeof TAGS
  summary: string
  /** Markdown. */
  description?: string
  /** Where the route's own path ends in a wildcard: the path as OpenAPI writes it, `/api/v1/rooms/{session}`. */
  path?: string
  /** What stands in the path's braces. */
  params?: TObject
  query?: TObject
  headers?: TObject
  body?: TObject
  /** Nothing in the body is refused: no 413, 415 or 422. */
  forgiving?: true
  /** By status. What every call can be answered is added to it: see http/answers.ts. */
  answers: Record<number, Answer>
  /** By name. A test sends each one, in an order that makes them true, and compares the answer. */
  examples?: Record<string, Example>
}

export type Answer = {
  description: string
  /** By media type. A schema with a `title` becomes a component of that name. */
  content: Record<string, TSchema>
  /** Headers that the answer always has. */
  headers?: TObject
}

/** A call and its answer. The path's values are said decoded. */
export type Example = {
  params?: Record<string, string>
  query?: Record<string, string | number | boolean>
  headers?: Record<string, string>
  body?: object
  status: number
  /** The answer's media type; JSON unless told otherwise. */
  type?: string
  /** A value of JSON, or the text of another media type. */
  answer: unknown
}

/** An answer in JSON. */
export function json(description: string, schema: TSchema, headers?: TObject): Answer {
  return { description, content: { 'application/json': schema }, ...(headers && { headers }) }
}

/** What is not known is null. */
export function orNull<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()])
}

/** The two fields of every verdict and every error, where their values are known. */
export function words(status: string, message: string) {
  return Type.Object({ status: Type.Literal(status), message: Type.Literal(message) })
}
