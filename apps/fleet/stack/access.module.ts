import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { Settings } from './settings.js';
import { AccessGuard } from './access.js';

/** Tokens: all services sign and verify with `JWT_SECRET`. */
@Module({
  imports: [
    JwtModule.registerAsync({
      inject: [Settings],
      useFactory: ({ variables }: Settings) => ({
        secret: variables.JWT_SECRET,
        signOptions: { expiresIn: variables.SESSION_SECONDS },
      }),
    }),
  ],
  providers: [AccessGuard],
  exports: [JwtModule, AccessGuard],
})
export class AccessModule {}
