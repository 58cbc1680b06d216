import { ownValue } from '@contentflow/kernel';
import { isRecord } from './error-document.ts';

type Body = Readonly<Record<string, unknown>>;

/** The same, said in another form: its answer in a stream, where to stop in a list, what it may call without a remark that is not known. */
export type FormAdaptation =
  { readonly streamed: true } | { readonly stop: 'list' } | { readonly unremarked: (typeof REMARKS)[number] };

/** They say of a schema, or of what it is for, what a server that does not know them has no use for. */
const REMARKS = [
  'strict',
  '$schema',
  '$id',
  '$comment',
  'additionalProperties',
  'title',
  'default',
  'examples',
  'cache_control',
] as const;
const WITH_SCHEMAS = ['tools', 'functions', 'response_format'];

/** Some models answer in streams alone: DashScope's that think. */
const STREAMS_ALONE =
  /only supports? (the )?stream|stream\w* (mode |output )?(is |are )?(required|mandatory)|(must|requires?)( be| use)? (stream|set to stream)|enable the stream/i;

/** @param complaint  what the server found wrong, and the field that it names */
export function formAdaptation(body: Body, complaint: string, isNotTaken: boolean): FormAdaptation | undefined {
  if (body['stream'] !== true && STREAMS_ALONE.test(complaint)) return { streamed: true };
  const isStopText = typeof body['stop'] === 'string' && /\bstop\b/.test(complaint);
  if (isStopText && /\b(sequence|array|list)\b/i.test(complaint)) return { stop: 'list' };
  if (!isNotTaken) return undefined;
  const remark = REMARKS.find(
    (each) => isNamed(each, complaint) && WITH_SCHEMAS.some((name) => has(ownValue(body, name), each)),
  );
  return remark && { unremarked: remark };
}

/** In quotes, or at the end of a path: some of them are words that a sentence may have. */
const isNamed = (remark: string, complaint: string): boolean =>
  new RegExp(`["'\`.]${remark.replace('$', '\\$')}(?!\\w)`).test(complaint);

const has = (value: unknown, remark: string): boolean =>
  value !== undefined && JSON.stringify(without(value, remark)) !== JSON.stringify(value);

export function adaptedForm(body: Body, adaptation: FormAdaptation): Body {
  if ('streamed' in adaptation) return body['stream'] === true ? body : { ...body, stream: true, ...counted(body) };
  if ('stop' in adaptation) return typeof body['stop'] === 'string' ? { ...body, stop: [body['stop']] } : body;
  const said = WITH_SCHEMAS.filter((name) => Object.hasOwn(body, name));
  const told = said.map((name) => [name, without(ownValue(body, name), adaptation.unremarked)] as const);
  return { ...body, ...Object.fromEntries(told) };
}

/** A response counts unasked, and takes no such option. */
const counted = (body: Body): Body => ('input' in body ? {} : { stream_options: { include_usage: true } });

/** In a schema what stands in these has names of its caller's; what stands in those is no schema. */
const NAMES = ['properties', '$defs', 'definitions', 'patternProperties'];
const VALUES = ['enum', 'const', 'default', 'examples', 'required'];

function without(value: unknown, remark: string, hasOwnNames = false): unknown {
  if (Array.isArray(value)) return value.map((each) => without(each, remark));
  if (!isRecord(value)) return value;
  if (hasOwnNames) return mapped(value, (each) => without(each, remark));
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => name !== remark));
  return mapped(rest, (each, name) => (VALUES.includes(name) ? each : without(each, remark, NAMES.includes(name))));
}

const mapped = (record: Body, change: (value: unknown, name: string) => unknown): Body =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
