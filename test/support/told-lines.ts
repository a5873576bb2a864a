import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { ProgramOutput } from './program-output.js';

/** What programs say over connections to the test: for those whose output may be gone before they are. */
export class ToldLines {
  private constructor(private readonly server: Server) {}

  static async listen(): Promise<ToldLines> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ToldLines(server);
  }

  get port(): number {
    // A TCP server's address is an object.
    return (this.server.address() as AddressInfo).port;
  }

  /** The lines of the program that connects next. They end with the program. */
  next(): ProgramOutput {
    const lines = new ProgramOutput();
    this.server.once('connection', (socket) => {
      // The end of a killed program is a reset.
      socket.on('error', (error) => lines.add(`connection lost: ${error.message}`));
      socket.on('close', () => lines.end());
      lines.read(socket);
    });
    return lines;
  }

  close(): void {
    this.server.close();
  }
}
