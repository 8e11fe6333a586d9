export async function login(user: string, password: string) {
  if (!user) { throw new BadRequest(); }
  try { await this.auth.check(password); } catch (error: unknown) { if (error instanceof AuthError) return; throw error; }
}
export class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer) { consumer.apply(LoggerMiddleware).forRoutes("*"); }
}
const secret = process.env.JWT_SECRET!;
const port = (process.env.PORT as string) || "1";
function check(user: unknown): asserts user is User { if (typeof user !== "object") throw new Error(); }
