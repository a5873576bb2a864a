import { Controller, type Type } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { type Journal } from './journal.js';

/** Handlers of the patterns that `messagesOver` sends. */
export function messageController(prefix: string, journal: Journal): Type {
  @Controller()
  class MessagesController {
    @MessagePattern(`${prefix}.sum`)
    async sum(@Payload() numbers: number[]): Promise<number> {
      return numbers.reduce((sum, number) => sum + number, 0);
    }

    @MessagePattern(`${prefix}.broken`)
    broken(): never {
      throw new RpcException('broken on purpose');
    }

    @EventPattern(`${prefix}.happened`)
    happened(@Payload() what: unknown): void {
      journal.note(`happened: ${String(what)}`);
    }
  }
  return MessagesController;
}
