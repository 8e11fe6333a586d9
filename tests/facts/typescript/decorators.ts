@Injectable()
export class Service {
  @Input() name: string;
  @Output() changed = new EventEmitter();
  @Guard(roles("admin"))
  // between
  @pkg.Log
  handle(@Body() dto: Dto, @Param("id", ParseIntPipe) id: number) { return run(id); }
  plain() {}
  @Bound onClick = () => {};
}
@First @Second({ a: 1 }) class Local {}
// @Commented
function neighbour() {}
