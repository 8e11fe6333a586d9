export function verify(token: string): boolean {
  return token.length > 0;
}
