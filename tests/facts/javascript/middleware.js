const app = express();
const web = new Hono();
app.use(helmet());
app.use("/api", authenticate, [first, second.third]);
app.use(express.json()).use(cors);
router.use(passport.initialize());
web.use("*", logger());
fastify.register(require("@fastify/helmet"), { global: true });
fastify.register(import("@fastify/cors"));
consumer.apply(LoggerMiddleware, new CsrfMiddleware()).forRoutes("*");
app.use((req, res, next) => next());
app.get("/", notMiddleware);
// app.use(commented)
const v = use(promise);
chai.use(plugin);
express().use(direct);
this.app.use(viaThis);
