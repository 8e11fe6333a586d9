import { verify } from "./auth";

export const Page = ({ token }) => {
  return verify(token) ? <p>in</p> : <p>out</p>;
};
