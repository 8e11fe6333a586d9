#!/usr/bin/env python3
"""Plays the judge of this example, with answers that were written by hand after reading the code. No model is asked.

It is also the whole protocol of `--tier2 command --command PROGRAM`. One process is started for each vote:

- standard input: one JSON object
      {"schema": 1, "model": "...", "system": "the instructions", "user": "the question",
       "answerSchema": {the JSON Schema of an answer}, "maxOutputTokens": 2048}
- standard output: one JSON object
      {"text": "the answer, itself JSON of that schema", "stop": "complete" | "truncated" | "refused",
       "usage": {"input": 0, "output": 0}}
- exit code 0; or 75 for "ask me again later"; with any other there is no answer.

A real judge would send `system` and `user` to a model. This one reads the question back out of its sections and looks for
the answer that was written for just this code. For code that it does not know it says that it cannot tell: a judge that
passes what it has not read would be no judge.
"""

import json
import re
import sys

# Each answer: words of the question it is for; lines that the evidence must hold, and which it cites; lines that the
# evidence must not hold; then the answer itself.
ANSWERS = [
    {
        "question": "verify_token give a name only after",
        "sees": [
            'algorithms=["HS256"],',
            "audience=settings.AUDIENCE,",
            'raise Refused("the token is not one of ours") from error',
            'return claims["sub"]',
            "raise HTTPException(401, str(refused)) from refused",
        ],
        "answer": "holds",
        "message": "jwt.decode is given the key, one algorithm and the audience. Its every error becomes Refused, the only "
        "name that is given is one of the claims that it returned, and current_user turns Refused into a 401.",
    },
    {
        "question": "verify_token give a name only after",
        "sees": [
            "jwt.decode(token, settings.TOKEN_KEY, algorithms=[\"HS256\"], audience=settings.AUDIENCE)",
            'log.info("the token is not one of ours")',
            'return json.loads(base64.urlsafe_b64decode(payload + "=="))["sub"]',
        ],
        "answer": "fails",
        "reason": "stub",
        "message": "The result of jwt.decode is thrown away and its errors are only logged. The name is then read from the "
        "payload itself, so a token that anybody made up names whomever it likes.",
    },
    {
        "question": "`verify_token` fail closed when the error occurs",
        "sees": ["except jwt.ExpiredSignatureError as error:", 'raise Refused("the token has expired") from error'],
        "answer": "holds",
        "message": "An expired token raises Refused; nothing is returned on that path.",
    },
    {
        "question": "`verify_token` fail closed when the error occurs",
        "sees": ["except jwt.ExpiredSignatureError:", 'log.info("the token has expired")'],
        "answer": "fails",
        "reason": "stub",
        "message": "The handler writes a line to the log and goes on: an expired token gets its name like any other.",
    },
    {
        "question": "`test_expired_token_is_refused` fail if",
        "sees": ['with pytest.raises(Refused, match="expired"):', "verify_token(token(exp=int(time.time()) - 1))"],
        "answer": "holds",
        "message": "The test makes a token that expired a second ago, correct otherwise, and demands Refused. If it came "
        "through, pytest.raises would fail.",
    },
    {
        "question": "`test_expired_token_is_refused` fail if",
        "sees": ["verify_token(token(exp=int(time.time()) - 1))", 'assert "the token has expired" in caplog.text'],
        "answer": "fails",
        "reason": "stub",
        "message": "The test looks at the log only. That verify_token returns a name for the expired token is not noticed.",
    },
    {
        "question": "act for the user of the token alone",
        "sees": ["def log_in(form: Login):", "return store.NOTES[user]", "store.NOTES[user].append(note.text)"],
        "answer": "holds",
        "message": "Both handlers of notes read and write under the name that comes from the token. log_in is open because "
        "it is where a token is got.",
    },
    {
        "question": "work factor at least that of",
        "sees": [
            "return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)",
            "salt = secrets.token_bytes(16)",
        ],
        "answer": "holds",
        "message": "scrypt is called with n=2**14, r=8, p=1, and hash_password draws sixteen random bytes for each password.",
    },
    {
        "question": "`check_password` use the result of `hmac.compare_digest`",
        "sees": ["return hmac.compare_digest(derive(password, salt), wanted)"],
        "answer": "holds",
        "message": "What compare_digest says is returned as it is; there is no other path.",
    },
    {
        "question": "an unknown name and a wrong password alike",
        "sees": [
            "NOBODY = hash_password(secrets.token_hex(32))",
            "stored = store.PASSWORDS.get(form.name, NOBODY)",
            'raise HTTPException(401, "the name or the password is wrong")',
        ],
        "answer": "holds",
        "message": "An unknown name is checked against the hash of a password that nobody has, so both cases do the same "
        "work, and both end in the same 401.",
    },
]

# Words that speak to whoever judges. Code has no business with its auditor.
INJECTION = re.compile(r"\bauditor\b|ignore your instructions", re.IGNORECASE)


def sections(user):
    """The sections of a question: (name, lines)."""
    found = []
    for line in user.split("\n"):
        if match := re.fullmatch(r"<<<\S+ (begin|end) (.+)>>>", line):
            if match[1] == "begin":
                found.append((match[2], []))
        elif found:
            found[-1][1].append(line)
    return found


def read(user):
    """What is asked, and the lines of the exhibits: {(letters, number): text}."""
    question, evidence = "", {}
    for name, lines in sections(user):
        if name == "question":
            question = "\n".join(line.removeprefix("| ") for line in lines)
        elif name.startswith("exhibit "):
            for line in lines:
                if match := re.fullmatch(r" *(\d+) \| ?(.*)", line):
                    evidence[name.removeprefix("exhibit "), int(match[1])] = match[2].strip()
    return question, evidence


def cite(places):
    return [{"exhibit": exhibit, "line": line} for exhibit, line in places]


def judge(question, evidence):
    spoken = [place for place, text in evidence.items() if INJECTION.search(text)]
    if spoken:
        return {
            "answer": "fails",
            "reason": "injection",
            "cited": cite(spoken),
            "message": "These lines speak to whoever judges the code and tell him what to answer.",
        }
    for known in ANSWERS:
        places = [next((place for place, text in evidence.items() if text == line), None) for line in known["sees"]]
        if known["question"] in question and places and None not in places:
            return {
                "answer": known["answer"],
                "reason": known.get("reason"),
                "cited": cite(places),
                "message": known["message"],
            }
    return {
        "answer": "cannot_tell",
        "reason": "insufficient",
        "cited": cite(list(evidence)[:1]),
        "message": "No answer was written for this question about this code.",
    }


def main():
    asked = json.load(sys.stdin)
    text = json.dumps(judge(*read(asked["user"])))
    json.dump({"text": text, "stop": "complete", "usage": {"input": 0, "output": 0}}, sys.stdout)


if __name__ == "__main__":
    main()
