// Statements that PostgreSQL is sent as one: it reads them with one wake-up and answers with one, at the Sync behind the last.
import pg from 'pg'

/** What pg's client calls on what it has sent. Its types leave it out. */
type Sent = {
  prepare(connection: object): void
  handleRowDescription(message: object): void
  handleDataRow(message: object): void
  handleCommandComplete(message: object, connection: object): void
  handleReadyForQuery(connection: object): void
  handleError(error: Error, connection: object): void
}
type Statement = Sent & { name: string; text: string }
/** What was sent and is not parsed yet, by name. */
type Wire = { submittedNamedStatements: Record<string, string> }

/**
 * A group of prepared statements with one Sync instead of one each, so that PostgreSQL does not send each answer by itself
 * (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING). After an error it skips the
 * others, so all of them reject with it: for statements of one transaction.
 */
export class Together implements pg.Submittable {
  /** pg's client ends it after so long, ms, if it is set. */
  query_timeout: number | undefined
  /** pg's client puts its own in front of it, which ends the wait for the timeout. */
  callback: (error: Error | null) => void = () => {}
  readonly #statements: Statement[] = []
  #answered = 0

  async add(config: pg.QueryConfig): Promise<pg.QueryResult> {
    const { promise, resolve, reject } = Promise.withResolvers<pg.QueryResult>()
    const callback = (error: Error | null, result: pg.QueryResult) =>
      error ? reject(error) : resolve(result)
    this.#statements.push(new pg.Query({ ...config, callback } as pg.QueryConfig) as unknown as Statement)
    try {
      return await promise
    } catch (error) {
      // As pg does it: where it was asked says more than where the answer was read.
      Error.captureStackTrace(error as Error)
      throw error
    }
  }

  /** What is answered now: by its name pg's client keeps what was parsed. */
  get name(): string {
    return this.#statements[this.#answered]?.name ?? ''
  }

  get text(): string {
    return this.#statements[this.#answered]?.text ?? ''
  }

  submit(connection: pg.Connection): void {
    const { stream } = connection
    // pg's Query ends each statement with one.
    const withoutSync = Object.create(connection, { sync: { value: () => {} } }) as object
    stream.cork()
    for (const statement of this.#statements) statement.prepare(withoutSync)
    connection.sync()
    stream.uncork()
  }

  handleRowDescription(message: object): void {
    this.#statements[this.#answered]?.handleRowDescription(message)
  }

  handleDataRow(message: object): void {
    this.#statements[this.#answered]?.handleDataRow(message)
  }

  handleCommandComplete(message: object, connection: object): void {
    const statement = this.#statements[this.#answered]
    this.#answered += 1
    statement?.handleCommandComplete(message, connection)
    statement?.handleReadyForQuery(connection)
  }

  handleReadyForQuery(): void {
    this.callback(null)
  }

  handleError(error: Error, connection: Wire): void {
    const rest = this.#statements.slice(this.#answered)
    this.#answered = this.#statements.length
    for (const statement of rest) {
      // Skipped: it is to be parsed again.
      delete connection.submittedNamedStatements[statement.name]
      statement.handleError(error, connection)
    }
    this.callback(error)
  }
}
