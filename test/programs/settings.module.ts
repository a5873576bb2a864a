import { Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { GracefulShutdownModule } from 'nestjs-lifecycle';

/** What nobody who only asks for settings wants to happen. */
@Injectable()
class Database implements OnModuleInit {
  onModuleInit(): never {
    throw new Error('the database was connected to');
  }
}

/** The root module of a service, as tools read it. */
@Module({
  imports: [GracefulShutdownModule.forRoot({ gracePeriod: '40s', lameDuck: '7s' })],
  providers: [Database],
})
export class AppModule {}
