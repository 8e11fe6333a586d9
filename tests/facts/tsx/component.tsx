import React, { type FC } from "react";
// <Button onClick={commented()} />
export const Button: FC<Props> = ({ label, onClick = noop() }: Props) => {
  const [state, setState] = useState<string>("");
  if (!label) return null;
  return <button title="call()" onClick={() => track(label)}>text() {format(label)}</button>;
};
export function Page<T>({ items }: { items: T[] }) { return <>{items.map((item) => <Button key={item.id} />)}</>; }
class Old extends React.Component<Props> { render() { return <div />; } }
