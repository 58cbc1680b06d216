import { ContentGenerated, type EventOf, GenerationFailed, UseServed } from '@contentflow/contracts';
import type { Clock, Reaction } from '@contentflow/kernel';
import { on, PLATFORM, type Platform } from '@contentflow/nest-platform';
import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { measureFailed, measureGenerated, measureUse } from './domain/measure-generation.ts';

/** Every generation is measured, and every call whose use was named, whether it made something or not, save what a person cancelled: that says nothing of its making, and the metrics count what it cost. */
@Controller()
export class MeasuringController {
  private readonly clock: Clock;

  constructor(@Inject(PLATFORM) { clock }: Platform) {
    this.clock = clock;
  }

  @EventPattern(on('monitor', ContentGenerated))
  onGenerated(@Payload() event: EventOf<typeof ContentGenerated>): Reaction {
    return [measureGenerated(event, this.clock.now())];
  }

  @EventPattern(on('monitor', GenerationFailed))
  onFailed(@Payload() event: EventOf<typeof GenerationFailed>): Reaction {
    return event.data.failure === 'cancelled' ? [] : [measureFailed(event, this.clock.now())];
  }

  @EventPattern(on('monitor', UseServed))
  onUse(@Payload() event: EventOf<typeof UseServed>): Reaction {
    return event.data.failure === 'cancelled' ? [] : [measureUse(event, this.clock.now())];
  }
}
