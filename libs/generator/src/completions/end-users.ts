import { isContentFlowError } from '@contentflow/kernel';
import { MODELS, type Models, PersonalData, plainPseudonym, PLATFORM, type Platform } from '@contentflow/nest-platform';
import { Inject, Injectable } from '@nestjs/common';

/** Whom applications name as the user of a call: mostly persons, by whatever their application calls them. */
@Injectable()
export class EndUsers {
  constructor(
    @Inject(MODELS) private readonly models: Pick<Models, 'budgets'>,
    @Inject(PLATFORM) private readonly platform: Pick<Platform, 'clock'>,
    private readonly personal: PersonalData,
  ) {}

  /**
   * What a user is called wherever it is written down: by their pseudonym, which leads to nobody once they are forgotten; an account that the
   * configuration names is called by its name. Without a master key it is a hash that whoever knows the name can find.
   * @param isRecorded  whether the log will hold it
   * @returns undefined for who is written down nowhere
   */
  async calledHere(user: string, isRecorded: boolean): Promise<string | undefined> {
    const held = this.models.budgets?.holds(user) ?? 'none';
    if (held === 'named') return user;
    if (!isRecorded && held === 'none') return undefined;
    try {
      return await this.personal.pseudonymOf(user, this.platform.clock.now());
    } catch (error) {
      if (isContentFlowError(error, 'no-master-key')) return plainPseudonym(user);
      throw error;
    }
  }
}
