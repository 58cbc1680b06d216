import { derivedId } from '@contentflow/kernel';
import { commandId, PLATFORM, type Platform, valid } from '@contentflow/nest-platform';
import { Body, Controller, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Engagement, engagementSchema, type Feedback, feedbackSchema } from './domain/feedback.ts';
import { FeedbackService } from './feedback.service.ts';

@Controller('v1/content')
export class FeedbackController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly feedback: FeedbackService,
  ) {}

  /** 201 and what was understood of it. */
  @Post(':id/feedback')
  async receive(
    @Param('id') id: string,
    @Body(valid(feedbackSchema)) feedback: Feedback,
    @Req() request: FastifyRequest,
  ) {
    const command = this.command(request);
    const { contentId, rating, aspects, simulated } = await this.feedback.receive(id, feedback, command);
    return { id: command, contentId, rating, aspects, simulated };
  }

  @Post(':id/engagement')
  async engage(
    @Param('id') id: string,
    @Body(valid(engagementSchema)) engagement: Engagement,
    @Req() request: FastifyRequest,
  ) {
    const command = this.command(request);
    const { contentId, kind, simulated } = await this.feedback.engage(id, engagement, command);
    return { id: command, contentId, kind, simulated };
  }

  private command(request: FastifyRequest): string {
    const { clock, instance, random } = this.platform;
    return commandId(request, derivedId(`${instance}-${clock.now()}`, random.next()));
  }
}
