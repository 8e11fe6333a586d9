function sound() { check(); }
function broken( { call(;
}
function after() { fine(); }
