import { Logger } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayDisconnect,
  SubscribeMessage,
  WebSocketGateway,
  WsException,
} from '@nestjs/websockets';
import type { Subscription } from 'rxjs';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { callerOf } from '../../stack/access.js';
import { Edits } from './edits.js';

const JOIN = z.object({ token: z.string(), diagram: z.uuid(), after: z.int().min(0).default(0) });
const EDIT = z.object({ id: z.uuid(), shape: z.string().min(1).max(10_000) });

/** Who works on which diagram. */
interface Member {
  readonly diagram: string;
  readonly edits: Subscription;
}

/**
 * People who draw together: everyone who has joined a diagram gets every edit of it, in order. Who is signed in and knows its id may
 * join, as with a link that is shared.
 */
@WebSocketGateway({ path: '/collaboration' })
export class CollaborationGateway implements OnGatewayDisconnect<WebSocket> {
  private readonly logger = new Logger('Collaboration');
  private readonly members = new Map<WebSocket, Member>();

  constructor(
    private readonly edits: Edits,
    private readonly tokens: JwtService,
  ) {}

  @SubscribeMessage('join')
  async join(@ConnectedSocket() client: WebSocket, @MessageBody() body: unknown): Promise<object> {
    const { data } = JOIN.safeParse(body);
    if (!data) throw new WsException('join needs { token, diagram, after }');
    await callerOf(this.tokens, data.token).catch(() => {
      throw new WsException('No valid token: POST /v1/auth/sessions answers with one');
    });
    this.handleDisconnect(client);
    const edits = this.edits
      .after(data.diagram, data.after)
      .subscribe(({ version, id, shape }) =>
        client.send(JSON.stringify({ event: 'edited', data: { version, id, shape } })),
      );
    this.members.set(client, { diagram: data.diagram, edits });
    return { event: 'joined', data: { diagram: data.diagram } };
  }

  @SubscribeMessage('edit')
  async edit(@ConnectedSocket() client: WebSocket, @MessageBody() body: unknown): Promise<object> {
    const member = this.members.get(client);
    const { data } = EDIT.safeParse(body);
    if (!member || !data) throw new WsException('edit needs { id, shape }, after join');
    const version = await this.edits.add(member.diagram, data.id, data.shape);
    if (version === undefined) throw new WsException('There is no such diagram');
    return { event: 'saved', data: { id: data.id, version } };
  }

  handleDisconnect(client: WebSocket): void {
    const member = this.members.get(client);
    if (!member) return;
    member.edits.unsubscribe();
    this.members.delete(client);
    this.logger.debug('a member has left');
  }
}
