import { PLATFORM, type Platform, Subjects, SystemStateReader } from '@contentflow/nest-platform';
import { DAY_MS, HOUR_MS, repeatedly } from '@contentflow/kernel';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

/** Lets go of persons who were not heard for as long as the policy keeps them: hourly, and at each start. */
@Injectable()
export class Retention implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly system: SystemStateReader,
    private readonly subjects: Subjects,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.keepExpiring();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async keepExpiring(): Promise<void> {
    const expire = (): Promise<void> => this.expire();
    await expire();
    await repeatedly(this.platform.clock, () => HOUR_MS, this.stopping.signal, expire);
  }

  /** A failure is logged, and the next hour tries again. */
  private async expire(): Promise<void> {
    const { clock, logger } = this.platform;
    const { retentionDays } = this.system.current().policy.personalData;
    if (retentionDays === null) return;
    try {
      // A use is kept to the day, as of its beginning: nobody is kept for longer than promised.
      const forgotten = await this.subjects.expire(clock.now() - retentionDays * DAY_MS + 1, clock.now());
      if (forgotten > 0) logger.info({ forgotten, retentionDays }, 'persons were forgotten, as the policy says');
    } catch (error) {
      logger.error({ err: error }, 'persons could not be forgotten as the policy says');
    }
  }
}
