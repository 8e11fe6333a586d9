import type { Type } from "./types";
import { type Inline, value } from "./mixed";
import fs = require("fs");
export type { Re } from "./re";
import type Default from "d";
import alias = Outer.Inner;
