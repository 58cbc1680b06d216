export * from './decoded-log.ts';
export * from './claims.ts';
export * from './dead-letter.ts';
export * from './embedded/embedded-log.ts';
export * from './event-log.ts';
export * from './open-dead-letters.ts';
export * from './kafka/open-kafka-log.ts';
export * from './kafka/examine-kafka-log.ts';
export * from './partition-of.ts';
export { areEndMarksDamaged, endMarksOf, forgetEndMarks } from './embedded/end-marks.ts';
export {
  type DamagedEvent,
  damagedEvents,
  type LostEvents,
  lostEvents,
  quarantineDamaged,
} from './embedded/log-damage.ts';
