/**
 * The partition that all events of a subject share. A stable hash, so that both engines, any process and any version agree.
 * Source: 32-bit FNV-1a over UTF-16 code units, finished with the avalanche of MurmurHash3 so that its low bits are even.
 */
export function partitionOf(subject: string, partitions: number): number {
  if (partitions === 1) return 0;
  let hash = 0x811c9dc5;
  for (let i = 0; i < subject.length; i++) hash = Math.imul(hash ^ subject.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % partitions;
}
