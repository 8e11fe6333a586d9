interface Verifier extends Base<string>, pkg.Other { verify(token: string): boolean; check: (x: number) => void; name: string; new (x: number): Verifier; }
type Alias<T> = { run(x: T): void; inner: { deep(y: T): void } };
enum Color { Red, Green }
declare function ambient(x: number): void;
declare class Ambient { method(): void; }
namespace Outer.Inner { export function spaced() {} }
namespace Tools { export class Hammer { hit() {} } }
abstract class Shape<T> extends Base<T> implements First, pkg.Second<T> {
  private readonly secret = 1;
  constructor(private key: string, public cb: (event: Event) => void) { super(); }
  abstract area(): number;
  protected grow(by: number): void;
  protected grow(by: string): void;
  protected grow(by: any) {}
  private static async helper() {}
  #hidden() {}
  private arrow = (x: number): number => x;
  get size(): number { return 1; }
}
function overloaded(x: string): string;
function overloaded(x: any): any { return x; }
export const generic = <T,>(value: T): T => value;
const api = { login(this: Api, user?: User, ...rest: string[]) {} } satisfies Api;
export default abstract class Exported {}
function withReturn(x: { y: number } = { y: 1 }): { z: string } { return cast<Foo>(x)!.run<Bar>(); }
(x as Service).call(); (<Old>x).cast(); new Map<string, number>();
