import { ClassSerializerInterceptor, Controller, Get, SerializeOptions, UseInterceptors } from '@nestjs/common';
import { Exclude, Expose, Transform } from 'class-transformer';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get } from '../run/exchanges.js';

class User {
  id = 7;
  first = 'Ada';
  last = 'Lovelace';

  @Exclude()
  password = 'secret';

  @Transform(({ value }: { value: Date }) => value.getUTCFullYear())
  born = new Date('1815-12-10');

  @Expose({ groups: ['admin'] })
  notes = 'for admins';

  @Expose()
  get name(): string {
    return `${this.first} ${this.last}`;
  }
}

export const application: FrameworkApplication = {
  shows: 'serialization with ClassSerializerInterceptor: exposed, excluded, transformed, in groups',
  kinds: HTTP,
  module: () => {
    @Controller('users')
    @UseInterceptors(ClassSerializerInterceptor)
    class UsersController {
      @Get('me')
      me(): User {
        return new User();
      }

      @Get()
      @SerializeOptions({ groups: ['admin'] })
      async all(): Promise<User[]> {
        return [new User()];
      }

      @Get('plain')
      @SerializeOptions({ type: User })
      plain(): object {
        return { id: 8, first: 'Grace', last: 'Hopper', password: 'secret' };
      }
    }
    return { controllers: [UsersController] };
  },
  exchanges: [get('/users/me'), get('/users'), get('/users/plain')],
};
