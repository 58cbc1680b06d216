import { type Checkpoint, CheckpointSigned, newEvent, SigningKeyRotated } from '@contentflow/contracts';
import { ContentFlowError, hash128, MINUTE_MS, repeatedly } from '@contentflow/kernel';
import { PLATFORM, type Platform } from '@contentflow/nest-platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { coveredTopics, furtherMarks, NO_MARKS } from './domain/signatures/partition-marks.ts';
import { lastSigned } from './domain/signatures/last-signed.ts';
import { isGenuine, signedCheckpoint, signedRotation } from './domain/signatures/statement.ts';
import { verifySignatures } from './domain/signatures/verify-signatures.ts';
import { Sequencer } from './sequencer.ts';

/** What is lost of the proof where a process is killed: the last minutes. */
const EVERY_MS = 5 * MINUTE_MS;
/** So many events stand between two checkpoints at most, where a long log is signed for the first time: a kill loses no more work. */
const MOST_EVENTS = 100_000;
const SUBJECT = 'checkpoints';

/**
 * Signs what the log holds: every five minutes, when asked, and at a stop. Each checkpoint goes on from the one before, which says all that is to be
 * known of the events it covers, so that none is read twice.
 */
@Injectable()
export class Checkpoints implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private signing: Promise<unknown> = Promise.resolve();
  private mayHaveLost: boolean;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly sequencer: Sequencer,
  ) {
    this.mayHaveLost = platform.acceptsLoss === true;
  }

  onApplicationBootstrap(): void {
    if (!this.platform.signingKeys) return;
    const sign = (): Promise<void> => this.signIfOurs();
    this.running = repeatedly(this.platform.clock, () => EVERY_MS, this.stopping.signal, sign);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.sequencer.drained();
    if (this.platform.signingKeys) await this.signIfOurs();
    await this.sequencer.stop();
  }

  /**
   * Signs all that the log holds now.
   * @returns the last checkpoint, which is an earlier one where nothing has come since
   * @throws ContentFlowError `no-signing-key` where the installation has none
   */
  async sign(): Promise<Checkpoint> {
    // One after the other: two at once would read the same events.
    const signed = this.signing.then(() => this.signed());
    this.signing = signed.catch(() => undefined);
    return signed;
  }

  /** Of several processes the one that orders the decisions. A failure is logged, and the next time tries again. */
  private async signIfOurs(): Promise<void> {
    if (!this.sequencer.isTheOne) return;
    try {
      await this.sign();
    } catch (error) {
      this.platform.logger.error({ err: error }, 'the log could not be signed');
    }
  }

  private async signed(): Promise<Checkpoint> {
    const { signingKeys, storedLog, clock } = this.platform;
    if (!signingKeys) throw noKey();
    let last = await this.begun();
    const afterLoss = last !== undefined && (await this.isLossAccepted());
    if (afterLoss) last = undefined;
    const ends = await storedLog.ends(coveredTopics);
    for (;;) {
      const { events, ...marks } = await furtherMarks(storedLog, last ?? NO_MARKS, ends, MOST_EVENTS);
      if (events === 0 && last) return last;
      const loss = afterLoss && last === undefined ? { afterLoss } : {};
      last = signedCheckpoint({ version: 1, ...marks, at: clock.now(), ...loss }, signingKeys.current);
      const cause = { id: hash128(last.signature) };
      await storedLog.append([newEvent(CheckpointSigned, { subject: SUBJECT, data: last, time: last.at, cause })]);
    }
  }

  /** Once, where a start was told to go on whatever is missing: whether the log is not what was signed. */
  private async isLossAccepted(): Promise<boolean> {
    if (!this.mayHaveLost) return false;
    this.mayHaveLost = false;
    const { storedLog } = this.platform;
    const { differences } = await verifySignatures(storedLog, await storedLog.ends(coveredTopics), {});
    return differences.length > 0;
  }

  /** Goes on from what the log says was signed last, by a key that is ours; another process may have signed meanwhile. */
  private async begun(): Promise<Checkpoint | undefined> {
    const { storedLog } = this.platform;
    const { last, signer } = await lastSigned(storedLog);
    if (signer !== undefined) await this.tellRotation(signer);
    return last !== undefined && this.isOurs(last.publicKey) && isGenuine('checkpoint', last) ? last : undefined;
  }

  private isOurs(publicKey: string): boolean {
    const { current, before } = this.platform.signingKeys ?? {};
    return publicKey === current?.publicKey || publicKey === before?.publicKey;
  }

  /** Where another key signed until now: the one before hands over, or else whoever audits must be told that both are ours. */
  private async tellRotation(signer: string): Promise<void> {
    const { signingKeys, storedLog, clock, logger } = this.platform;
    if (!signingKeys || signer === signingKeys.current.publicKey) return;
    const { before, current } = signingKeys;
    if (before?.publicKey !== signer) {
      logger.error(
        { signer, ours: current.publicKey },
        'the log was signed with another key until now, which does not hand over: an audit must be given both public keys',
      );
      return;
    }
    const data = signedRotation(clock.now(), before, current);
    const cause = { id: hash128(data.signature) };
    await storedLog.append([newEvent(SigningKeyRotated, { subject: SUBJECT, data, time: data.at, cause })]);
    signingKeys.handedOver();
  }
}

const noKey = (): ContentFlowError =>
  new ContentFlowError('no-signing-key', 'this installation has no key to sign with', {
    fix: 'set CONTENTFLOW_SIGNING_KEY for the ledger, and start it again',
  });
