import jwt from "jsonwebtoken";

/**
 * Verifies a token.
 */
export const verify = async (token: string): Promise<boolean> => {
  return jwt.verify(token, KEY) !== null;
};

export class Session {
  // Opens it.
  open(token: string) {
    return verify(token);
  }
}
