import type { OpenDeadLetter } from '@contentflow/event-log';
import { DeadLetters } from '@contentflow/nest-platform';
import { Controller, Get } from '@nestjs/common';

/** Events that a service, fold or projection could not take in; `npx contentflow replay-dead-letters` has them taken in once that is fixed. */
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(private readonly deadLetters: DeadLetters) {}

  @Get()
  list(): { items: Omit<OpenDeadLetter, 'letterOffset'>[]; beyond: number } {
    const { letters, beyond } = this.deadLetters.open();
    return { items: letters.map(({ letterOffset: _where, ...letter }) => letter), beyond };
  }
}
