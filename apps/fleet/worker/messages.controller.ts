import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload, RmqContext } from '@nestjs/microservices';
import type { Topic } from '../messages/topics.js';
import { Receipts } from './receipts.js';

/** Messages of RabbitMQ: acknowledged after the work, so that a worker that dies leaves them in the queue. */
@Controller()
export class RabbitMessagesController {
  constructor(private readonly receipts: Receipts) {}

  @EventPattern('order.placed')
  placed(@Payload() subject: string, @Ctx() context: unknown): Promise<void> {
    return this.write('order.placed', subject, context);
  }

  @EventPattern('image.uploaded')
  uploaded(@Payload() subject: string, @Ctx() context: unknown): Promise<void> {
    return this.write('image.uploaded', subject, context);
  }

  private async write(topic: Topic, subject: string, context: unknown): Promise<void> {
    if (!(context instanceof RmqContext)) throw new Error('this is no message of RabbitMQ');
    const channel = context.getChannelRef() as {
      ack(message: object): void;
      nack(message: object, all: boolean): void;
    };
    try {
      await this.receipts.write({ topic, subject });
    } catch (error) {
      // Back to the queue.
      channel.nack(context.getMessage(), false);
      throw error;
    }
    channel.ack(context.getMessage());
  }
}

/** Messages of NATS: answered after the work, and sent again by the publisher when no answer comes. */
@Controller()
export class NatsMessagesController {
  constructor(private readonly receipts: Receipts) {}

  @MessagePattern('order.placed')
  placed(@Payload() subject: string): Promise<boolean> {
    return this.write('order.placed', subject);
  }

  @MessagePattern('image.uploaded')
  uploaded(@Payload() subject: string): Promise<boolean> {
    return this.write('image.uploaded', subject);
  }

  private async write(topic: Topic, subject: string): Promise<boolean> {
    await this.receipts.write({ topic, subject });
    return true;
  }
}
