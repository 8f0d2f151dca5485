; One tower turned over; the first blocks-world instance of AgentBoard.
(define (problem blocksworld-3)
  (:domain blocksworld)
  (:objects b1 b2 b3)
  (:init (arm-empty) (on-table b1) (on b3 b1) (on b2 b3) (clear b2))
  (:goal (and (on b3 b2) (on b2 b1))))
