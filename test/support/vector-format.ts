// The format of the contract vectors: what a file may say, checked before anything is sent.
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'

const closed = { additionalProperties: false }
const Repeat = Type.Object({ $repeat: Type.Tuple([Type.String(), Type.Integer({ minimum: 0 })]) }, closed)
const Each = Type.Object({ $each: Type.Literal(true) }, closed)
const Concat = Type.Object({ $concat: Type.Array(Type.Union([Type.String(), Repeat, Each])) }, closed)
const Text = Type.Union([Type.String(), Repeat, Concat, Each])
const HeaderTexts = Type.Record(Type.String(), Type.Array(Type.String(), { minItems: 1 }))
const HeaderNames = Type.Array(Type.String(), { minItems: 1 })

const Expectation = Type.Object(
  {
    answer: Type.Optional(Type.String()),
    status: Type.Optional(Type.Integer({ minimum: 100, maximum: 599 })),
    bodyText: Type.Optional(Text),
    body: Type.Optional(Type.Unknown()),
    match: Type.Optional(Type.Unknown()),
    bodyKeys: Type.Optional(Type.Array(Type.String())),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    headerContains: Type.Optional(HeaderTexts),
    headerLacks: Type.Optional(HeaderTexts),
    headerPresent: Type.Optional(HeaderNames),
    headerAbsent: Type.Optional(HeaderNames),
  },
  closed,
)

const RequestStep = Type.Object(
  {
    about: Type.Optional(Type.String()),
    each: Type.Optional(Type.Array(Type.Unknown(), { minItems: 1 })),
    clock: Type.Optional(Type.String()),
    method: Type.Union([Type.String(), Each]),
    path: Type.Optional(Text),
    pathBase64: Type.Optional(Type.Union([Type.String(), Each])),
    headers: Type.Optional(Type.Record(Type.String(), Type.Union([Text, Type.Null()]))),
    body: Type.Optional(Type.Unknown()),
    rawBody: Type.Optional(Text),
    rawBodyBase64: Type.Optional(Type.Union([Type.String(), Each])),
    chunked: Type.Optional(Type.Boolean()),
    expect: Type.Union([Type.String(), Expectation]),
  },
  closed,
)
const RestartStep = Type.Object({ about: Type.Optional(Type.String()), restart: Type.Literal(true) }, closed)
const Steps = Type.Array(Type.Union([RequestStep, RestartStep]), { minItems: 1 })

const Settings = Type.Record(Type.String(), Type.String())
const Case = Type.Object(
  {
    title: Type.String({ minLength: 1 }),
    about: Type.Optional(Type.String()),
    settings: Type.Optional(Settings),
    given: Type.Optional(Type.Array(Type.String())),
    steps: Steps,
  },
  closed,
)

export const VectorFile = Type.Object(
  {
    title: Type.String({ minLength: 1 }),
    about: Type.String(),
    settings: Type.Optional(Settings),
    given: Type.Optional(Type.Record(Type.String(), Steps)),
    cases: Type.Array(Case, { minItems: 1 }),
  },
  closed,
)
const AnswersFile = Type.Object(
  { title: Type.String(), about: Type.String(), answers: Type.Record(Type.String(), Expectation) },
  closed,
)

export type VectorFile = Static<typeof VectorFile>
export type Case = Static<typeof Case>
type Step = Static<typeof Steps>[number]
export type RequestStep = Static<typeof RequestStep>
export type Expectation = Static<typeof Expectation>
export type Answers = Record<string, Expectation>

/** Throws on an unknown key, an unknown name, a step that expects nothing and a request said twice. */
export function parseVectors(json: string, answers: Answers): VectorFile {
  const file = checked(VectorFile, JSON.parse(json))
  const cases = file.cases.map((one) => ({ ...one, steps: stepsOf(file, one) }))
  for (const step of cases.flatMap((one) => one.steps)) {
    if ('expect' in step) checkRequest(step, answers)
  }
  const titles = new Set(cases.map((one) => one.title))
  if (titles.size !== cases.length) throw new Error('two cases have the same title')
  return { ...file, cases }
}

/** Throws on an answer that says no status. */
export function parseAnswers(json: string): Answers {
  const { answers } = checked(AnswersFile, JSON.parse(json))
  for (const [name, answer] of Object.entries(answers)) {
    if (answer.status === undefined || answer.answer !== undefined) throw new Error(`${name} needs a status`)
  }
  return answers
}

/** An expectation that is a word is the name of an answer. */
export function expectationOf(step: RequestStep): Expectation {
  return typeof step.expect === 'string' ? { answer: step.expect } : step.expect
}

function stepsOf(file: VectorFile, one: Case): Step[] {
  const before = (one.given ?? []).flatMap((name) => {
    const steps = file.given?.[name]
    if (!steps) throw new Error(`"${one.title}" is given "${name}", which is not defined`)
    return steps
  })
  return [...before, ...one.steps].flatMap(unrolled)
}

/** A step with `each` stands for as many steps as it has values; {"$each": true} is where the value goes. */
function unrolled(step: Step): Step[] {
  if ('restart' in step) return [step]
  const { each = [undefined], ...once } = step
  return each.map((value) => {
    const places = { count: 0 }
    const filled = fill(once, value, places) as RequestStep
    if ((step.each !== undefined) !== places.count > 0) {
      throw new Error(`each and $each belong together in ${JSON.stringify(step).slice(0, 200)}`)
    }
    return filled
  })
}

function fill(template: unknown, value: unknown, places: { count: number }): unknown {
  if (Array.isArray(template)) return template.map((one) => fill(one, value, places))
  if (typeof template !== 'object' || template === null) return template
  if ('$each' in template) {
    places.count += 1
    return value
  }
  return Object.fromEntries(Object.entries(template).map(([key, one]) => [key, fill(one, value, places)]))
}

function checkRequest(step: RequestStep, answers: Answers): void {
  const told = JSON.stringify(step).slice(0, 200)
  const { answer, status } = expectationOf(step)
  if (answer === undefined && status === undefined) throw new Error(`neither answer nor status in ${told}`)
  if (answer !== undefined && !answers[answer]) throw new Error(`no answer is called "${answer}" in ${told}`)
  if ((step.path === undefined) === (step.pathBase64 === undefined)) throw new Error(`one path in ${told}`)
  const bodies = [step.body, step.rawBody, step.rawBodyBase64].filter((body) => body !== undefined)
  if (bodies.length > 1) throw new Error(`more than one body in ${told}`)
  if (step.clock !== undefined && Number.isNaN(Date.parse(step.clock)))
    throw new Error(`the clock in ${told}`)
}

function checked<T extends Type.TSchema>(schema: T, value: unknown): Static<T> {
  const errors = Value.Errors(schema, value).map((error) => `${error.instancePath} ${error.message}`)
  if (errors.length > 0) throw new Error(errors.join('\n'))
  return value as Static<T>
}
