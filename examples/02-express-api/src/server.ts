import { createApp } from "./app.js";
import { settings } from "./settings.js";

const { port } = settings();

createApp().listen(port, () => {
  console.log(`notes-api listens on ${port}`);
});
