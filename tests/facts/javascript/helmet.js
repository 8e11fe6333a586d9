app.use(helmet({ contentSecurityPolicy: false, frameguard: { action: "deny" }, hsts: true }));
app.use(helmet.noSniff());
app.use(helmet.hsts({ maxAge: 1 }));
app.use(helmet(options));
