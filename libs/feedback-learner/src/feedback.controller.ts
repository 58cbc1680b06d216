import { derivedId } from '@contentflow/kernel';
import { commandId, PLATFORM, type Platform, valid } from '@contentflow/nest-platform';
import { Body, Controller, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  type CompletionFeedback,
  completionFeedbackSchema,
  type Engagement,
  engagementSchema,
  type Feedback,
  feedbackSchema,
} from './domain/feedback.ts';
import { FeedbackService } from './feedback.service.ts';

@Controller('v1')
export class FeedbackController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly feedback: FeedbackService,
  ) {}

  /** 201 and what was understood of it. */
  @Post('content/:id/feedback')
  async receive(
    @Param('id') id: string,
    @Body(valid(feedbackSchema)) feedback: Feedback,
    @Req() request: FastifyRequest,
  ) {
    return this.received(id, feedback, request);
  }

  /** Of a completion, which OpenAI's clients know by the answer's id. */
  @Post('feedback')
  async receiveOfCompletion(
    @Body(valid(completionFeedbackSchema)) { completion, ...feedback }: CompletionFeedback,
    @Req() request: FastifyRequest,
  ) {
    return this.received(await this.feedback.completionCalled(completion), feedback, request);
  }

  @Post('content/:id/engagement')
  async engage(
    @Param('id') id: string,
    @Body(valid(engagementSchema)) engagement: Engagement,
    @Req() request: FastifyRequest,
  ) {
    const command = this.command(request);
    const { contentId, kind, simulated } = await this.feedback.engage(id, engagement, command);
    return { id: command, contentId, kind, simulated };
  }

  private async received(contentId: string, feedback: Feedback, request: FastifyRequest) {
    const command = this.command(request);
    const { rating, aspects, simulated } = await this.feedback.receive(contentId, feedback, command);
    return { id: command, contentId, rating, aspects, simulated };
  }

  private command(request: FastifyRequest): string {
    const { clock, instance, random } = this.platform;
    return commandId(request, derivedId(`${instance}-${clock.now()}`, random.next()));
  }
}
