import { hash } from 'node:crypto';

/** SHA-256 of a UTF-8 text, as 64 hexadecimal digits. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

/** The first 128 bits of SHA-256, as 32 hexadecimal digits: ids and keys. */
export function hash128(text: string): string {
  return sha256(text).slice(0, 32);
}

/** A point in [0, 1) that depends on the text alone: sticky assignment. 52 bits of SHA-256. */
export function hashToUnit(text: string): number {
  return Number.parseInt(sha256(text).slice(0, 13), 16) / 2 ** 52;
}
