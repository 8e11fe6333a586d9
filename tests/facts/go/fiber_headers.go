package main

import "github.com/gofiber/fiber/v2"

func handler(c *fiber.Ctx) error {
	c.Set("X-Fiber", "1")
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'self'")
	c.Append(fiber.HeaderXXSSProtection, "0")
	store.Set("X-Store", "no header")
	return nil
}
