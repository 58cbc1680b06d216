import type { MethodDefinition } from '@grpc/grpc-js';

/**
 * KEDA's external scaler protocol, as far as it is needed: `externalscaler.proto` of KEDA 2, package `externalscaler`.
 * Its messages hold texts, truths and doubles alone, which are written here by hand; unknown fields are passed by.
 *
 * Source: https://keda.sh/docs/latest/concepts/external-scalers, protobuf.dev/programming-guides/encoding
 */
export interface ScaledObjectRef {
  readonly name: string;
  readonly namespace: string;
}
export interface GetMetricsRequest {
  readonly metricName: string;
}
export interface IsActiveResponse {
  readonly result: boolean;
}
/** How many there shall be is `value ÷ target` of each metric, the greatest of them. */
export interface MetricSpec {
  readonly metricName: string;
  readonly target: number;
}
export interface MetricValue {
  readonly metricName: string;
  readonly value: number;
}

type Encoded = Uint8Array;

const VARINT = 0;
const FIXED64 = 1;
const TEXT = 2;
const FIXED32 = 5;

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}
const key = (field: number, wire: number): number[] => varint(field * 8 + wire);
const bytesField = (field: number, bytes: Uint8Array): Uint8Array =>
  Buffer.concat([Uint8Array.from([...key(field, TEXT), ...varint(bytes.length)]), bytes]);
const textField = (field: number, text: string): Uint8Array => bytesField(field, Buffer.from(text));
const wholeField = (field: number, value: number): Uint8Array =>
  Uint8Array.from([...key(field, VARINT), ...varint(value)]);
function doubleField(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([Uint8Array.from(key(field, FIXED64)), bytes]);
}

/** A whole number for clients of before doubles; up, so that it never asks for fewer. */
const whole = (value: number): number => Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.ceil(value)));

export const encodeIsActive = ({ result }: IsActiveResponse): Encoded => wholeField(1, result ? 1 : 0);
export const encodeMetricSpecs = (specs: readonly MetricSpec[]): Encoded =>
  Buffer.concat(
    specs.map(({ metricName, target }) =>
      bytesField(1, Buffer.concat([textField(1, metricName), wholeField(2, whole(target)), doubleField(3, target)])),
    ),
  );
export const encodeMetrics = (values: readonly MetricValue[]): Encoded =>
  Buffer.concat(
    values.map(({ metricName, value }) =>
      bytesField(1, Buffer.concat([textField(1, metricName), wholeField(2, whole(value)), doubleField(3, value)])),
    ),
  );

/** The texts of a message by field, the last of each. @throws RangeError for what is no message */
function textsOf(message: Uint8Array): ReadonlyMap<number, string> {
  const texts = new Map<number, string>();
  let at = 0;
  const byte = (): number => {
    const value = message[at++];
    if (value === undefined) throw new RangeError('the message ends in the middle of a field');
    return value;
  };
  const number = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const next = byte();
      value += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) return value;
    }
    throw new RangeError('a number of the message does not end');
  };
  const skip = (length: number): Uint8Array => {
    if (length > message.length - at) throw new RangeError('a field is longer than its message');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = number();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    if (wire === TEXT) texts.set(field, Buffer.from(skip(number())).toString());
    else if (wire === VARINT) number();
    else if (wire === FIXED64) skip(8);
    else if (wire === FIXED32) skip(4);
    else throw new RangeError(`a field has the unknown form ${wire}`);
  }
  return texts;
}

export function decodeScaledObject(message: Uint8Array): ScaledObjectRef {
  const texts = textsOf(message);
  return { name: texts.get(1) ?? '', namespace: texts.get(2) ?? '' };
}
export const decodeGetMetrics = (message: Uint8Array): GetMetricsRequest => ({
  metricName: textsOf(message).get(2) ?? '',
});

function method<Request, Response>(
  name: string,
  decode: (message: Uint8Array) => Request,
  encode: (response: Response) => Encoded,
  responseStream = false,
): MethodDefinition<Request, Response> {
  const notAsked = (): never => {
    throw new RangeError('this side answers and does not ask');
  };
  return {
    path: `/externalscaler.ExternalScaler/${name}`,
    requestStream: false,
    responseStream,
    requestDeserialize: decode,
    responseSerialize: (response) => Buffer.from(encode(response)),
    requestSerialize: notAsked,
    responseDeserialize: notAsked,
  };
}

export const externalScaler = {
  IsActive: method('IsActive', decodeScaledObject, encodeIsActive),
  StreamIsActive: method('StreamIsActive', decodeScaledObject, encodeIsActive, true),
  GetMetricSpec: method('GetMetricSpec', decodeScaledObject, encodeMetricSpecs),
  GetMetrics: method('GetMetrics', decodeGetMetrics, encodeMetrics),
};
